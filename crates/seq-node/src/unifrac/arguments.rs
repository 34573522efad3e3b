//! Tables and metrics as they cross.

use napi::Result;
use napi::bindgen_prelude::{Float64Array, Uint32Array};
use napi_derive::napi;
use seq_table::SampleCounts;
use seq_unifrac::{CommunityMetric, Pairs, Precision, PrepareOptions, TreeMetric, Variance};

use super::coded;

/// Which UniFrac; see the crate.
#[napi(string_enum = "camelCase")]
pub enum TreeMetricName {
    Unweighted,
    UnweightedUnnormalized,
    WeightedNormalized,
    WeightedUnnormalized,
    Generalized,
}

/// Which distance without a tree; see the crate.
#[napi(string_enum = "camelCase")]
pub enum CommunityMetricName {
    BrayCurtis,
    Jaccard,
    JaccardAbundance,
    Aitchison,
    Hellinger,
    EuclideanRelative,
}

/// A table of counts, samples by features.
#[napi(object, object_to_js = false)]
pub struct TableArguments {
    pub offsets: Uint32Array,
    pub features: Uint32Array,
    pub counts: Float64Array,
}

impl TableArguments {
    pub(super) fn counts(&self, feature_count: usize) -> Result<SampleCounts<'_>> {
        SampleCounts::new(&self.offsets, &self.features, &self.counts, feature_count).map_err(coded)
    }
}

/// What to compute on a tree: `rows` first samples against the others, or with `square` each sample with each, or every two of
/// them once; `exact` or in 32 bits.
#[napi(object, object_to_js = false)]
pub struct TreeMetricArguments {
    #[napi(
        ts_type = "'unweighted' | 'unweightedUnnormalized' | 'weightedNormalized' | 'weightedUnnormalized' | 'generalized'"
    )]
    pub metric: TreeMetricName,
    pub alpha: f64,
    pub variance_adjusted: bool,
    pub exact: bool,
    pub rows: Option<u32>,
    pub square: Option<bool>,
}

impl TreeMetricArguments {
    pub(super) fn options(&self, threads: usize) -> PrepareOptions {
        PrepareOptions {
            variance: if self.variance_adjusted { Variance::Adjusted } else { Variance::Ignored },
            precision: if self.exact { Precision::Exact } else { Precision::Fast },
            pairs: if self.square == Some(true) { Pairs::Square } else { pairs(self.rows) },
            threads,
        }
    }

    pub(super) fn metric(&self) -> TreeMetric {
        match self.metric {
            TreeMetricName::Unweighted => TreeMetric::Unweighted,
            TreeMetricName::UnweightedUnnormalized => TreeMetric::UnweightedUnnormalized,
            TreeMetricName::WeightedNormalized => TreeMetric::WeightedNormalized,
            TreeMetricName::WeightedUnnormalized => TreeMetric::WeightedUnnormalized,
            TreeMetricName::Generalized => TreeMetric::Generalized { alpha: self.alpha },
        }
    }
}

/// What to compute from counts alone.
#[napi(object, object_to_js = false)]
pub struct CommunityMetricArguments {
    #[napi(
        ts_type = "'brayCurtis' | 'jaccard' | 'jaccardAbundance' | 'aitchison' | 'hellinger' | 'euclideanRelative'"
    )]
    pub metric: CommunityMetricName,
    pub pseudocount: f64,
    pub feature_count: u32,
    pub rows: Option<u32>,
}

impl CommunityMetricArguments {
    pub(super) fn metric(&self) -> CommunityMetric {
        match self.metric {
            CommunityMetricName::BrayCurtis => CommunityMetric::BrayCurtis,
            CommunityMetricName::Jaccard => CommunityMetric::Jaccard,
            CommunityMetricName::JaccardAbundance => CommunityMetric::JaccardAbundance,
            CommunityMetricName::Aitchison => CommunityMetric::Aitchison { pseudocount: self.pseudocount },
            CommunityMetricName::Hellinger => CommunityMetric::Hellinger,
            CommunityMetricName::EuclideanRelative => CommunityMetric::EuclideanRelative,
        }
    }
}

/// Every two samples, or the first `rows` against the others.
pub(super) fn pairs(rows: Option<u32>) -> Pairs {
    rows.map_or(Pairs::Within, |rows| Pairs::Between { rows: rows as usize })
}
