int log_level = 1; /* the one global that base/ may have */
