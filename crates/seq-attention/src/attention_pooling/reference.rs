//! Pooling in plain loops over doubles. Defines "correct".

/// The output of every sequence of a packed batch.
pub(crate) fn pool(
    x: &[f64],
    offsets: &[u32],
    mask: Option<&[u8]>,
    query: &[f64],
    norm_weight: &[f64],
    norm_bias: &[f64],
) -> Vec<f64> {
    let width = query.len();
    let mut y = Vec::new();
    for pair in offsets.windows(2) {
        let rows: Vec<usize> = (pair[0] as usize..pair[1] as usize).collect();
        let visible = |row: usize| mask.is_none_or(|mask| mask[row] != 0);
        let none_visible = !rows.iter().any(|row| visible(*row));
        let score = |row: usize| {
            let product: f64 = (0..width).map(|i| query[i] * x[row * width + i]).sum();
            if none_visible { 0.0 } else { product / (width as f64).sqrt() }
        };
        let shown = |row: usize| none_visible || visible(row);
        let sum: f64 = rows.iter().filter(|row| shown(**row)).map(|row| score(*row).exp()).sum();
        let mut weights: Vec<f64> =
            rows.iter().map(|row| if shown(*row) { score(*row).exp() / sum } else { 0.0 }).collect();
        if mask.is_some() && !none_visible {
            let total: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= total + 1e-8);
        }
        let mean: Vec<f64> =
            (0..width).map(|i| rows.iter().zip(&weights).map(|(row, w)| w * x[row * width + i]).sum()).collect();
        let centre = mean.iter().sum::<f64>() / width as f64;
        let variance = mean.iter().map(|m| (m - centre).powi(2)).sum::<f64>() / width as f64;
        y.extend((0..width).map(|i| (mean[i] - centre) / (variance + 1e-5).sqrt() * norm_weight[i] + norm_bias[i]));
    }
    y
}
