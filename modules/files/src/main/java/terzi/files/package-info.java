/** Files: written whole or not at all, locked, digested, and fetched by pinned digest, mirror and resume. Uses the JDK and slf4j only. */
@NullMarked
package terzi.files;

import org.jspecify.annotations.NullMarked;
