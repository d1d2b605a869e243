package io.flinkvision.model.weights;

import io.flinkvision.model.ModelException;
import io.flinkvision.model.weights.PickledValue.StridedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what torch.save writes, in the zip form and the legacy form, without running any of it.
 *
 * <p>The file may be of any size: of a checkpoint with an optimizer's state only the storages of the state dict are
 * mapped.
 */
final class PyTorchFile {

    private static final int ZIP_ENTRY = 0x04034b50;
    private static final int ZIP_END = 0x06054b50;
    private static final int PICKLE_PROTOCOL = 0x80;

    /** The first byte of a safetensors file's header, behind the header's length, of which any number is possible. */
    private static final int SAFETENSORS_HEADER = 8;

    private PyTorchFile() {}

    /**
     * Reads the tensors of a file's state dict; empty if the file's first bytes are not those of a PyTorch file.
     *
     * @throws ModelException if the file cannot be read, is damaged, or holds no state dict
     */
    static Optional<List<Tensor>> read(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            ByteBuffer start = file.copy(0, SAFETENSORS_HEADER + 1);
            if (start.limit() == 0 || start.limit() > SAFETENSORS_HEADER && start.get(SAFETENSORS_HEADER) == '{') {
                return Optional.empty();
            }
            String source = path.toString();
            if (start.limit() >= Integer.BYTES && (start.getInt(0) == ZIP_ENTRY || start.getInt(0) == ZIP_END)) {
                ZipStorages zip = new ZipStorages(source, file);
                return Optional.of(tensors(source, zip.structure(), zip));
            }
            if ((start.get(0) & 0xff) == PICKLE_PROTOCOL) {
                LegacyStorages legacy = new LegacyStorages(source, file);
                return Optional.of(tensors(source, legacy.structure(), legacy));
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            throw new ModelException(path + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Tensor> tensors(String source, PickledValue structure, StorageSource storages)
            throws IOException {
        TensorReader reader = new TensorReader(source, storages);
        List<Tensor> tensors = new ArrayList<>();
        for (Map.Entry<String, StridedTensor> entry : new Checkpoint(source).stateDict(structure).entrySet()) {
            tensors.add(reader.read(entry.getKey(), entry.getValue()));
        }
        return tensors;
    }
}
