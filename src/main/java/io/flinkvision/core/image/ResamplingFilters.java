package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Resampling.Axis;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Filters of the axes that were used last. A camera's pictures have one size and its regions one place, so that most
 * pictures need no new filter. Not thread-safe.
 */
final class ResamplingFilters {

    /**
     * Four megabytes, enough for 128 regions of a picture of 1280 x 720, each of another size: resized to 224 pixels by
     * the bilinear filter, an axis of 1280 pixels takes 3,900, and one that is enlarged 1,800.
     */
    static final int MAX_INTEGERS = 1 << 20;

    private final Map<Key, ResamplingFilter> filters = new LinkedHashMap<>(16, 0.75f, true);
    private int integers;

    private record Key(Axis axis, Interpolation interpolation) {}

    /** The filter of an axis. */
    ResamplingFilter of(Axis axis, Interpolation interpolation) {
        Key key = new Key(axis, interpolation);
        ResamplingFilter filter = filters.get(key);
        if (filter == null) {
            filter = new ResamplingFilter(axis, interpolation);
            add(key, filter);
        }
        return filter;
    }

    /** The last one is kept whatever it takes. */
    private void add(Key key, ResamplingFilter filter) {
        filters.put(key, filter);
        integers += filter.integers();
        Iterator<ResamplingFilter> eldest = filters.values().iterator();
        while (integers > MAX_INTEGERS && filters.size() > 1) {
            integers -= eldest.next().integers();
            eldest.remove();
        }
    }

    /** The number of filters that are kept. */
    int size() {
        return filters.size();
    }

    /** The memory that they take, in integers. */
    int integers() {
        return integers;
    }
}
