package io.flinkvision.core.inference;

import io.flinkvision.core.quantization.Scope;
import java.util.Objects;
import java.util.Set;

/**
 * A network with some layers in 8-bit whole numbers, and what it is worth.
 *
 * @param scope which layers were to be quantised
 * @param layers those that were: less the ones that alone changed the scores too much
 * @param left how many of the scope's layers were left in float for that
 * @param onnx the network, input {@code [n, 3, size, size]}, output {@code [n, classes]}
 * @param agreement with the float network, on pictures that it was not calibrated on
 * @param speed against the float network
 */
public record QuantizedNetwork(
        Scope scope, Set<String> layers, int left, byte[] onnx, Agreement agreement, SpeedRatio speed) {

    public QuantizedNetwork {
        Objects.requireNonNull(scope, "scope");
        layers = Set.copyOf(layers);
        Objects.requireNonNull(onnx, "onnx");
        Objects.requireNonNull(agreement, "agreement");
        Objects.requireNonNull(speed, "speed");
    }
}
