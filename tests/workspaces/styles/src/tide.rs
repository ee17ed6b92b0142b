/// Height of the tide in metres at a time, from the harmonic constituents of a port.
pub fn height(at: f64, constituents: &[(f64, f64, f64)]) -> f64 {
    constituents.iter().map(|(a, speed, phase)| a * (speed * at - phase).cos()).sum()
}
