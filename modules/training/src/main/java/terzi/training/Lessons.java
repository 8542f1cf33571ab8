package terzi.training;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import terzi.data.PackedPictures;
import terzi.files.Sha256;

/** What the teacher said about pictures; it is asked once where augmentation makes the same picture again, as mirroring does. */
final class Lessons {
    /** As many answers are kept, for each training picture; moved or noisy pictures hardly ever come back. */
    private static final int KEPT_PER_PICTURE = 4;

    private static final long KEPT_BYTES = 256L << 20;
    private static final int BYTES_AROUND = 100;

    private final Teaching.Teacher teacher;
    private final PackedPictures.Shape shape;
    private final int classes;
    private final long most;
    private final Map<Long, float[]> known = new ConcurrentHashMap<>();

    Lessons(Teaching.Teacher teacher, PackedPictures pictures) {
        this.teacher = teacher;
        this.shape = pictures.shape();
        this.classes = pictures.labels().size();
        this.most = Math.min(
                (long) KEPT_PER_PICTURE * pictures.size(), KEPT_BYTES / ((long) classes * Float.BYTES + BYTES_AROUND));
    }

    /**
     * The logits {@code [n, K]}, row by row.
     *
     * @param pixels direct, {@code [n, H, W, C]} from 0 on
     */
    float[] of(ByteBuffer pixels, int n) {
        float[] rows = new float[n * classes];
        for (int i = 0; i < n; i++) {
            ByteBuffer picture = pixels.slice(i * shape.bytes(), shape.bytes());
            System.arraycopy(answer(picture), 0, rows, i * classes, classes);
        }
        return rows;
    }

    private float[] answer(ByteBuffer picture) {
        long key = key(picture);
        float[] answer = known.get(key);
        if (answer == null) {
            answer = teacher.logits(picture, shape.width(), shape.height());
            if (answer.length != classes) {
                throw new IllegalArgumentException("the teacher answers with " + answer.length
                        + " logits, the pictures have " + classes + " labels");
            }
            if (known.size() < most) {
                known.put(key, answer);
            }
        }
        return answer;
    }

    private static long key(ByteBuffer picture) {
        MessageDigest digest = Sha256.start();
        digest.update(picture.duplicate());
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
