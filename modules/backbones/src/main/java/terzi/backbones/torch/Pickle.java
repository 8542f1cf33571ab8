package terzi.backbones.torch;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import terzi.backbones.torch.Python.Function;
import terzi.backbones.torch.Python.Global;
import terzi.backbones.torch.Python.None;
import terzi.backbones.torch.Python.PyDict;
import terzi.backbones.torch.Python.PyList;
import terzi.backbones.torch.Python.PyTuple;
import terzi.backbones.torch.Python.Storage;
import terzi.backbones.torch.Python.StorageClass;
import terzi.backbones.torch.Python.View;

/**
 * Interprets the opcodes of Python's pickle protocols 2 to 5 that {@code torch.save} writes for a state dict (the list is that of
 * Python's {@code pickletools}). Each opcode costs a bounded number of steps and there are no jumps, so reading ends.
 */
final class Pickle {
    /** What to do about a file that has more than tensors. */
    static final String REMEDY = "Save the weights alone, in Python: torch.save(model.state_dict(), \"weights.pth\")";

    private static final int NEWEST_PROTOCOL = 5;
    private static final int MOST_OPCODES = 10_000_000;
    private static final int LONGEST_INTEGER = 256;
    private static final long MOST_ELEMENTS = 1L << 40;

    private final PickleInput input;
    private final Map<Integer, Object> memo = new HashMap<>();
    private final Deque<List<Object>> waiting = new ArrayDeque<>();
    private List<Object> stack = new ArrayList<>();

    /** The storages that were named, by key. */
    private final Map<String, Storage> storages;

    private Pickle(PickleInput input, Map<String, Storage> storages) {
        this.input = input;
        this.storages = storages;
    }

    /**
     * Reads one pickle; what follows it stays in the input.
     *
     * @param storages gets the storages that the pickle names, by key
     * @return a value of {@link Python}, of which no part was executed
     */
    static Object read(PickleInput input, Map<String, Storage> storages) throws IOException {
        return new Pickle(input, storages).value();
    }

    private Object value() throws IOException {
        for (int count = 0; count < MOST_OPCODES; count++) {
            int opcode = input.unsignedByte();
            if (opcode == '.') {
                return pop();
            }
            boolean isDone = literal(opcode) || container(opcode) || reference(opcode);
            if (!isDone) {
                throw new TorchFormatException(String.format(
                        Locale.ROOT,
                        "has the pickle opcode 0x%02x, which torch.save does not write for a state dict: it is damaged,"
                                + " or of another program. %s",
                        opcode,
                        REMEDY));
            }
        }
        throw new TorchFormatException(
                "has more than " + MOST_OPCODES + " pickle opcodes, more than a state dict needs. " + REMEDY);
    }

    // ---- opcodes; each method tells whether the opcode was one of its own ----

    private boolean literal(int opcode) throws IOException {
        switch (opcode) {
            case 'N' -> push(None.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) input.integer());
            case 'K' -> push((long) input.unsignedByte());
            case 'M' -> push((long) input.unsignedShort());
            case 0x8a -> push(integer(input.unsignedByte()));
            case 0x8b -> push(integer(input.integer()));
            case 'G' -> push(input.real());
            case 'X' -> push(input.text(input.integer()));
            case 0x8c -> push(input.text(input.unsignedByte()));
            case 0x8d -> push(input.text(input.longInteger()));
            // texts of Python 2
            case 'T' -> push(input.text(input.integer()));
            case 'U' -> push(input.text(input.unsignedByte()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) throws IOException {
        switch (opcode) {
            case '(' -> {
                waiting.push(stack);
                stack = new ArrayList<>();
            }
            case '}' -> push(new PyDict());
            case ']' -> push(new PyList());
            case ')' -> push(new PyTuple(List.of()));
            case 0x85 -> push(new PyTuple(last(1)));
            case 0x86 -> push(new PyTuple(last(2)));
            case 0x87 -> push(new PyTuple(last(3)));
            case 't' -> push(new PyTuple(List.copyOf(sinceMark())));
            case 'l' -> push(new PyList(sinceMark()));
            case 'd' -> {
                List<Object> items = sinceMark();
                PyDict dict = new PyDict();
                put(dict, items);
                push(dict);
            }
            case 's' -> putIntoTop(last(2));
            case 'u' -> putIntoTop(sinceMark());
            case 'a' -> append(last(1));
            case 'e' -> append(sinceMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean reference(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> {
                int protocol = input.unsignedByte();
                if (protocol < 2 || protocol > NEWEST_PROTOCOL) {
                    throw new TorchFormatException(
                            "has pickle protocol " + protocol + ", expected 2 to " + NEWEST_PROTOCOL + ". " + REMEDY);
                }
            }
            case 0x95 -> {
                if (input.longInteger() > input.left()) {
                    throw damaged("a frame is longer than the file");
                }
            }
            case 'q' -> memo.put(input.unsignedByte(), top());
            case 'r' -> memo.put(input.integer(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(remembered(input.unsignedByte()));
            case 'j' -> push(remembered(input.integer()));
            case 'c' -> push(global(input.line(), input.line()));
            case 0x93 -> {
                List<Object> names = last(2);
                push(global(text(names.get(0)), text(names.get(1))));
            }
            case 'R' -> {
                List<Object> call = last(2);
                push(called(call.get(0), call.get(1)));
            }
            case 'b' -> {
                // the attributes of an OrderedDict, such as the versions of the modules
                Object state = pop();
                if (!(top() instanceof PyDict)) {
                    throw damaged(Python.kind(state) + " as the state of a " + Python.kind(top()));
                }
            }
            case 'Q' -> push(storage(pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- the stack ----

    private void push(Object value) {
        stack.add(value);
    }

    private Object top() throws TorchFormatException {
        if (stack.isEmpty()) {
            throw damaged("a value is missing");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws TorchFormatException {
        Object value = top();
        stack.remove(stack.size() - 1);
        return value;
    }

    private List<Object> last(int count) throws TorchFormatException {
        if (stack.size() < count) {
            throw damaged("a value is missing");
        }
        List<Object> end = stack.subList(stack.size() - count, stack.size());
        List<Object> values = List.copyOf(end);
        end.clear();
        return values;
    }

    private List<Object> sinceMark() throws TorchFormatException {
        if (waiting.isEmpty()) {
            throw damaged("a mark is missing");
        }
        List<Object> values = stack;
        stack = waiting.pop();
        return values;
    }

    private Object remembered(int index) throws TorchFormatException {
        Object value = memo.get(index);
        if (value == null) {
            throw damaged("value " + index + " is used before it is stored");
        }
        return value;
    }

    // ---- values ----

    private Object integer(int bytes) throws IOException {
        if (bytes < 0 || bytes > LONGEST_INTEGER) {
            throw damaged("an integer of " + bytes + " bytes");
        }
        byte[] little = input.bytes(bytes);
        byte[] big = new byte[bytes + 1];
        for (int i = 0; i < bytes; i++) {
            big[bytes - i] = little[i];
        }
        big[0] = (byte) (bytes > 0 && little[bytes - 1] < 0 ? -1 : 0);
        BigInteger value = new BigInteger(big);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private void append(List<Object> items) throws TorchFormatException {
        if (!(top() instanceof PyList list)) {
            throw damaged("items for a " + Python.kind(top()));
        }
        list.items().addAll(items);
    }

    private void putIntoTop(List<Object> keysAndValues) throws TorchFormatException {
        if (!(top() instanceof PyDict dict)) {
            throw damaged("entries for a " + Python.kind(top()));
        }
        put(dict, keysAndValues);
    }

    private static void put(PyDict dict, List<Object> keysAndValues) throws TorchFormatException {
        if (keysAndValues.size() % 2 != 0) {
            throw damaged("a key without a value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            if (!(key instanceof String || key instanceof Long || key instanceof Boolean)) {
                throw new TorchFormatException("has a dict with a " + Python.kind(key) + " as a key. " + REMEDY);
            }
            dict.entries().put(key, keysAndValues.get(i + 1));
        }
    }

    private static Global global(String module, String name) throws TorchFormatException {
        return Python.global(module, name)
                .orElseThrow(() -> new TorchFormatException("names " + module + "." + name
                        + ", which is not part of a state dict and is not executed: only dense tensors in dicts, lists"
                        + " and tuples are read. " + REMEDY));
    }

    private static Object called(Object callee, Object arguments) throws TorchFormatException {
        if (callee instanceof Function function && arguments instanceof PyTuple tuple) {
            return result(function, tuple.items());
        }
        throw damaged("a call of a " + Python.kind(callee));
    }

    private static Object result(Function function, List<Object> given) throws TorchFormatException {
        return switch (function) {
            case ORDERED_DICT -> {
                require(given.isEmpty(), function);
                yield new PyDict();
            }
            case SIZE -> {
                require(given.size() == 1 && given.get(0) instanceof PyTuple, function);
                yield given.get(0);
            }
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> {
                require(given.size() >= 4 && given.get(0) instanceof Storage, function);
                yield new View((Storage) given.get(0), whole(given.get(1)), wholes(given.get(2)), wholes(given.get(3)));
            }
            case REBUILD_PARAMETER -> {
                require(!given.isEmpty() && given.get(0) instanceof View, function);
                yield given.get(0);
            }
        };
    }

    private static void require(boolean isRight, Function function) throws TorchFormatException {
        if (!isRight) {
            throw damaged("unexpected arguments of " + Python.kind(function));
        }
    }

    /** {@code ('storage', class, key, device, elements)}, in older files with the part that a view shows. */
    private Storage storage(Object id) throws TorchFormatException {
        boolean isStorage = id instanceof PyTuple tuple
                && (tuple.items().size() == 5 || tuple.items().size() == 6)
                && tuple.items().get(0).equals("storage")
                && tuple.items().get(1) instanceof StorageClass;
        if (!isStorage) {
            throw new TorchFormatException("refers to something other than a storage. " + REMEDY);
        }
        List<Object> parts = ((PyTuple) id).items();
        if (parts.size() == 6 && parts.get(5) != None.NONE) {
            throw new TorchFormatException(
                    "has storages that are parts of others, as PyTorch before 0.4 wrote; load and save it with a newer"
                            + " one. " + REMEDY);
        }
        Storage storage = new Storage(((StorageClass) parts.get(1)).type(), text(parts.get(2)), whole(parts.get(4)));
        if (storage.elements() > MOST_ELEMENTS) {
            throw damaged("storage " + storage.key() + " has " + storage.elements() + " elements");
        }
        Storage known = storages.putIfAbsent(storage.key(), storage);
        if (known != null && !known.equals(storage)) {
            throw damaged("storage " + storage.key() + " is described in two ways");
        }
        return storage;
    }

    private static String text(Object value) throws TorchFormatException {
        if (value instanceof String text) {
            return text;
        }
        throw damaged("a " + Python.kind(value) + " where a text is expected");
    }

    private static long whole(Object value) throws TorchFormatException {
        if (value instanceof Long number && number >= 0) {
            return number;
        }
        throw damaged("expected a size, found " + (value instanceof Long ? value : "a " + Python.kind(value)));
    }

    private static List<Long> wholes(Object value) throws TorchFormatException {
        if (!(value instanceof PyTuple tuple)) {
            throw damaged("a " + Python.kind(value) + " where sizes are expected");
        }
        List<Long> numbers = new ArrayList<>();
        for (Object item : tuple.items()) {
            numbers.add(whole(item));
        }
        return List.copyOf(numbers);
    }

    private static TorchFormatException damaged(String what) {
        return new TorchFormatException("is damaged (" + what + "); get the file again");
    }
}
