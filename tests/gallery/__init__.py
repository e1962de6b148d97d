"""`make gallery`: each effect rendered on real footage, shown as stills on a page in docs/."""
