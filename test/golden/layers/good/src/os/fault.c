int (*fault_hook)(void);
