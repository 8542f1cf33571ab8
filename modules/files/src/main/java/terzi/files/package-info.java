/**
 * File handling that the other modules share; it depends on the JDK and slf4j only.
 *
 * <p>{@link terzi.files.WholeFile} writes files atomically, {@link terzi.files.FileLocks} keeps other threads and
 * processes out, and {@link terzi.files.Sha256} computes digests. {@link terzi.files.Downloader} fetches a
 * {@link terzi.files.RemoteFile} by its digest into the {@link terzi.files.Cache}, from several mirrors and with
 * resumption. {@link terzi.files.RunFile} names the files of a run. Begin with {@code WholeFile} to write and
 * {@code Downloader} to fetch.
 */
@NullMarked
package terzi.files;

import org.jspecify.annotations.NullMarked;
