package io.flinkvision.peers;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;

/**
 * Makes a network such that OpenCV 4.9 reads it rightly. Its importer takes each HardSigmoid that goes into a Mul for a
 * hard swish, whatever else goes into that Mul, and so loses the picture at each squeeze-and-excite. An Identity
 * between the two, which changes no number, keeps it from that.
 */
final class OpenCvNetwork {

    private OpenCvNetwork() {}

    /** @param onnx an ONNX model */
    static byte[] readable(byte[] onnx) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (node.getOpType().equals("HardSigmoid")) {
                String output = node.getOutput(0);
                graph.addNode(node.toBuilder().setOutput(0, output + ".before"));
                graph.addNode(NodeProto.newBuilder().setName(output + ".same").setOpType("Identity")
                        .addInput(output + ".before").addOutput(output));
            } else {
                graph.addNode(node);
            }
        }
        return model.setGraph(graph).build().toByteArray();
    }
}
