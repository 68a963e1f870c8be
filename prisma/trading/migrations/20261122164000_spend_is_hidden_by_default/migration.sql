-- What senders spent is theirs to show. Where an operator has decided otherwise already, that stays.
UPDATE "trading_policy" SET "leaderboard_consent" = true WHERE "version" = 1;
