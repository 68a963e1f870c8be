import { checkIdempotencyKey } from '#platform/idempotency.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { type ShownGift, shownGift } from '../domain/catalogue.ts';
import type { CatalogueEdit, CatalogueError, CatalogueItem } from '../domain/catalogueEdit.ts';
import { checkEditShape } from '../domain/catalogueShape.ts';
import type { CatalogueLane } from './catalogueLane.ts';

/** What an edit needs of a resolver's context. */
interface EditingContext {
  readonly identity: Identity;
  readonly lanes: { readonly catalogue: CatalogueLane };
  readonly signal: AbortSignal;
}

/** Checks the shape of an operator's edit and hands it to the lane. Null and an error: nothing was changed. */
export const submitEdit = async (
  idempotencyKey: string,
  edit: CatalogueEdit,
  context: EditingContext,
): Promise<{ readonly item: CatalogueItem | null; readonly userErrors: readonly CatalogueError[] }> => {
  const { id: actorId } = requireViewer(context);
  checkIdempotencyKey(idempotencyKey);
  const fault = checkEditShape(edit);
  if (fault !== null) return { item: null, userErrors: [fault] };
  const outcome = await context.lanes.catalogue.submit({ actorId, idempotencyKey, edit }, { signal: context.signal });
  return outcome.ok ? { item: outcome.after, userErrors: [] } : { item: null, userErrors: [outcome.error] };
};

/** The same for an edit of a gift, which is shown as the edit left it, at the price in force now. */
export const submitGiftEdit = async (
  idempotencyKey: string,
  edit: CatalogueEdit,
  context: EditingContext,
): Promise<{ readonly gift: ShownGift | null; readonly userErrors: readonly CatalogueError[] }> => {
  const { item, userErrors } = await submitEdit(idempotencyKey, edit, context);
  return { gift: item?.kind === 'gift' ? shownGift(item.gift, new Date()) : null, userErrors };
};
