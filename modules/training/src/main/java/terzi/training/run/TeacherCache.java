package terzi.training.run;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import terzi.data.PackedImages;
import terzi.files.Sha256;

/** What the teacher said about images; it is asked once where augmentation makes the same image again, as mirroring does. */
final class TeacherCache {
    /** As many answers are kept, for each training image; moved or noisy images hardly ever come back. */
    private static final int KEPT_PER_IMAGE = 4;

    private static final long KEPT_BYTES = 256L << 20;
    private static final int BYTES_AROUND = 100;

    private final Teaching.Teacher teacher;
    private final PackedImages.Shape shape;
    private final int classes;
    private final long most;
    private final Map<Long, float[]> known = new ConcurrentHashMap<>();

    TeacherCache(Teaching.Teacher teacher, PackedImages images) {
        this.teacher = teacher;
        this.shape = images.shape();
        this.classes = images.labels().size();
        this.most = Math.min(
                (long) KEPT_PER_IMAGE * images.size(), KEPT_BYTES / ((long) classes * Float.BYTES + BYTES_AROUND));
    }

    /**
     * The logits {@code [n, K]}, row by row.
     *
     * @param pixels direct, {@code [n, H, W, C]} from 0 on
     */
    float[] of(ByteBuffer pixels, int n) {
        float[] rows = new float[n * classes];
        for (int i = 0; i < n; i++) {
            ByteBuffer image = pixels.slice(i * shape.bytes(), shape.bytes());
            System.arraycopy(answer(image), 0, rows, i * classes, classes);
        }
        return rows;
    }

    private float[] answer(ByteBuffer image) {
        long key = key(image);
        float[] answer = known.get(key);
        if (answer == null) {
            answer = teacher.logits(image, shape.width(), shape.height());
            if (answer.length != classes) {
                throw new IllegalArgumentException("the teacher answers with " + answer.length
                        + " logits, the images have " + classes + " labels");
            }
            if (known.size() < most) {
                known.put(key, answer);
            }
        }
        return answer;
    }

    private static long key(ByteBuffer image) {
        MessageDigest digest = Sha256.start();
        digest.update(image.duplicate());
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
