# install.mk - where things go on a system, and in a tarball; included by the Makefile.
install: all
	mkdir -p $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 \
	    $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(BASHDIR) $(DESTDIR)$(DATADIR)
	install -m 755 $(BIN) $(DESTDIR)$(BINDIR)
	install -m 644 $(filter %.1,$(MANUALS)) $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(filter %.5,$(MANUALS)) $(DESTDIR)$(MANDIR)/man5
	install -m 644 $(filter %.7,$(MANUALS)) $(DESTDIR)$(MANDIR)/man7
	cp -R share/quire $(DESTDIR)$(DATADIR)
	for c in quire $(CMDS); do install -m 644 share/quire/completions/quire.bash \
	    $(DESTDIR)$(BASHDIR)/$$c || exit; done
uninstall:
	cd $(DESTDIR)$(MANDIR) && rm -f $(foreach m,$(notdir $(MANUALS)),man$(lastword $(subst ., ,$m))/$m)
	rm -f $(foreach c,quire $(CMDS),$(DESTDIR)$(BINDIR)/$c $(DESTDIR)$(BASHDIR)/$c)
	rm -rf $(DESTDIR)$(DATADIR)/quire
dist:
	@mkdir -p $(O)
	tar -czf $(O)/$(DIST).tar.gz --sort=name --owner=0 --group=0 \
	    --numeric-owner --transform='s,^,$(DIST)/,' $(DISTED)
