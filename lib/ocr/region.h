/*
 * ocr/region.h - one region of a page's image, read by itself.
 */
#ifndef OCR_REGION_H
#define OCR_REGION_H

struct err;
struct image;
struct layout_box;
struct ocr_notes;
struct tess;
struct tess_page;

/*
 * The region on paper of its own; what of the box is outside the image is not
 * there.  Fails with transient mem.limit.
 */
int region_cut(struct image *, const struct image *page, const struct layout_box *, struct err *);
/* As read_page does, which see; a line or two are enough. */
int region_read(struct tess *, struct image *, struct tess_page *, struct ocr_notes *,
    struct err *);

#endif
