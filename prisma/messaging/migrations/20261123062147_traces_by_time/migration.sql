-- Traces are forgotten by their age alone, in conversations in which nobody writes any more, too.
CREATE INDEX "chat_trace_at_idx" ON "chat_trace"("at");
DROP INDEX "chat_trace_shard_conversation_id_at_idx";
