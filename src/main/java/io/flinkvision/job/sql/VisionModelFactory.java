package io.flinkvision.job.sql;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;

/**
 * The provider {@code flink-vision} of SQL's {@code CREATE MODEL}: a model bundle, to which {@code ML_PREDICT} shows
 * pictures. Flink finds it as a service.
 *
 * <pre>
 * CREATE TEMPORARY MODEL triage
 * INPUT (picture BYTES) OUTPUT (label STRING, score FLOAT, error_code STRING)
 * WITH ('provider' = 'flink-vision', 'bundle' = 's3://bucket/models/triage');
 * SELECT camera, label FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture));
 * </pre>
 */
public final class VisionModelFactory implements ModelProviderFactory {

    private static final String IDENTIFIER = "flink-vision";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return ModelOptions.REQUIRED;
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return ModelOptions.OPTIONAL;
    }

    /**
     * Checks a declaration. The model itself is read where the query runs.
     *
     * @throws ValidationException that names the option or column which is wrong
     */
    @Override
    public ModelProvider createModelProvider(Context context) {
        FactoryUtil.ModelProviderFactoryHelper helper = FactoryUtil.createModelProviderFactoryHelper(this, context);
        helper.validate();
        String name = context.getObjectIdentifier().asSummaryString();
        try {
            return new Provider(ModelDeclaration.of(name, helper.getOptions(), context.getCatalogModel()));
        } catch (IllegalArgumentException e) {
            throw new ValidationException("The model " + name + " is not valid: " + e.getMessage(), e);
        }
    }

    private record Provider(ModelDeclaration declaration) implements PredictRuntimeProvider {

        @Override
        public PredictFunction createPredictFunction(Context context) {
            return new PredictPicture(declaration);
        }

        @Override
        public ModelProvider copy() {
            return this;
        }
    }
}
