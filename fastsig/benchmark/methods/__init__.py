"""Methods under test, one file a family; what a family needs is imported when it is prepared."""
