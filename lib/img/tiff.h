/*
 * img/tiff.h - TIFF 6.0 and BigTIFF in, by libtiff: one image per page.
 *
 * A row, or a row of strips or tiles of at most 64 Mpx, is decoded at a time.
 * (libtiff owns the names tiff.h, tiffio.h and struct tiff.)
 */
#ifndef IMG_TIFF_H
#define IMG_TIFF_H

struct err;
struct image;
struct tiff_doc;

enum { TIFF_PAGES_MAX = 2000 };

/* Load libtiff, before a jail may keep that from being done: or fatal proc.exec. */
int tiff_ready(struct err *);
/*
 * Open the file at fd, which stays the caller's and open as long as the result
 * is used; its offset is neither used nor moved.
 * Directories that are reduced-resolution versions or masks of others
 * (NewSubfileType) are no pages, unless all are: then the first is one.
 * Where the next directory cannot be read, what is behind is a page that fails
 * to be read; where directories loop, the last page counts as damaged.
 * Fails with validation document.damaged, document.pages (more than
 * TIFF_PAGES_MAX pages, or as many directories that are none), transient
 * io.read, or as tiff_ready.
 */
struct tiff_doc *tiff_open(int fd, struct err *);
long tiff_pages(const struct tiff_doc *);
/*
 * Page 1..tiff_pages, upright by its Orientation tag, dpi from its XResolution.
 * Where strips are missing, cut short or corrupt, the rows before that are
 * there, the others are white and counted; of what is cut in tiles, palettes or
 * planes whole strips or rows of tiles.
 * Fails with validation page.image (no row is there, or samples are no whole
 * numbers of up to 16 bits), page.size or page.large, or transient io.read,
 * mem.limit; then the image is zeroed.
 */
int tiff_read(struct tiff_doc *, long page, struct image *, struct err *);
/* The same in colour where the page is. */
int tiff_read_colour(struct tiff_doc *, long page, struct image *, struct err *);
void tiff_close(struct tiff_doc *); /* NULL is allowed */

#endif
