package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancellationTest {
    @AfterEach
    void leaveTheThreadAlone() {
        Thread.interrupted();
    }

    @Test
    void aCancelledDecodeDoesNotLeaveItsThreadInterrupted() {
        Cancellation cancellation = new Cancellation();
        cancellation.startReading();
        assertFalse(Thread.currentThread().isInterrupted());
        cancellation.cancel(); // by whatever thread
        assertTrue(Thread.currentThread().isInterrupted(), "decoding is to end");
        cancellation.endReading();
        assertFalse(Thread.currentThread().isInterrupted(), "the thread goes on to other work");
        assertTrue(cancellation.isCancelled());
        assertThrows(CancellationException.class, cancellation::check);
        assertThrows(CancellationException.class, cancellation::startReading);
    }

    @Test
    void whatOthersInterruptedStaysInterrupted() {
        Cancellation cancellation = new Cancellation();
        cancellation.startReading();
        Thread.currentThread().interrupt();
        cancellation.endReading();
        assertTrue(Thread.interrupted(), "it was not this call that was cancelled");
        cancellation.check();
    }

    @Test
    void afterTheDecodeNobodyIsInterrupted() {
        Cancellation cancellation = new Cancellation();
        cancellation.startReading();
        cancellation.endReading();
        cancellation.cancel();
        assertFalse(Thread.currentThread().isInterrupted());
        assertTrue(cancellation.isCancelled());
        Cancellation early = new Cancellation();
        early.cancel();
        assertFalse(Thread.currentThread().isInterrupted(), "before the decode neither");
        assertEquals(
                "the classification was cancelled",
                assertThrows(CancellationException.class, early::startReading).getMessage());
    }
}
