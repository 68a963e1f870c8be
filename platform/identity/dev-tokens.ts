/** What marks a development token: the issuer's name and its only algorithm. */
export const DEV_ISSUER = 'fanfare-dev';
export const DEV_ALGORITHM = 'HS256';
