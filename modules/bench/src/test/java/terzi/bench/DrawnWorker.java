package terzi.bench;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers after a known time. Habits: {@code micros=N} a call of one image, {@code stall=MILLIS/CALLS} one long call in so
 * many, {@code wrong=yes} other answers, {@code dies=CALLS} ends after so many calls, {@code lacks=REASON} says that it cannot
 * run here.
 */
final class DrawnWorker implements Engine {
    private final long nanos;
    private final long stallNanos;
    private final int stallEvery;
    private final boolean wrong;
    private final int diesAfter;
    private int calls;

    private DrawnWorker(Map<String, String> habits) {
        nanos = Long.parseLong(habits.getOrDefault("micros", "100")) * 1000;
        String[] stall = habits.getOrDefault("stall", "0/1").split("/", 2);
        stallNanos = Long.parseLong(stall[0]) * 1_000_000;
        stallEvery = Integer.parseInt(stall[1]);
        wrong = habits.containsKey("wrong");
        diesAfter = Integer.parseInt(habits.getOrDefault("dies", "0"));
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> habits = new HashMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            habits.put(parts[0], parts[1]);
        }
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        out.println("loading, as a library that talks would say");
        BufferedReader in = new BufferedReader(
                new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        Worker.serve(
                () -> {
                    if (habits.containsKey("lacks")) {
                        throw new UnavailableException(habits.get("lacks"));
                    }
                    return new DrawnWorker(habits);
                },
                0,
                in,
                out);
    }

    @Override
    public Call prepare(int batch) {
        return () -> {
            calls++;
            if (diesAfter > 0 && calls > diesAfter) {
                throw new IOException("the drawn engine broke");
            }
            long wait = batch * nanos + (stallNanos > 0 && calls % stallEvery == 0 ? stallNanos : 0);
            long end = System.nanoTime() + wait;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            float[][] rows = new float[batch][];
            for (int i = 0; i < batch; i++) {
                rows[i] = wrong ? new float[] {0, 9, 0} : new float[] {5, 1, 0};
            }
            return rows;
        };
    }

    @Override
    public Map<String, String> versions() {
        return Map.of("drawn", List.of(nanos).toString());
    }

    @Override
    public void close() {
        // nothing is held
    }
}
