/* Which bank boots next. */
int next_bank(int current) { return current ^ 1; }
