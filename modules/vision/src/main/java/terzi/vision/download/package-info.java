/** Fetches pinned files: digest, mirrors, resume, lock and an offline switch. */
@NullMarked
package terzi.vision.download;

import org.jspecify.annotations.NullMarked;
