-- Version 15: what waits without a decision is told apart (overdue, gone, old) from the index alone.
CREATE INDEX assignment_stuck ON assignment (due_us, state, submitted_us, platform, account, pay_currency, pay_micro)
  WHERE state IN ('submitted', 'left_window');
