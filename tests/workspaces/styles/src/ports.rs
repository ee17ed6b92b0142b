/// Ports and their constituents, sorted by name.
pub const PORTS: &[&str] = &["Brest", "Cuxhaven", "Dover"];
