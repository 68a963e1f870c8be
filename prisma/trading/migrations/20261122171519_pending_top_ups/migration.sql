-- A buyer has a bounded number of orders that wait for their payment: they are counted under the wallet's lock.
-- CreateIndex
CREATE INDEX "top_up_shard_owner_id_idx" ON "top_up"("shard", "owner_id") WHERE "status" = 'PENDING';
