#pragma once

#include <QString>

namespace countersign {

/// "0x52cA 91b3 … 77aF 01c2": first and last groups of four for tables; the whole value belongs in tool tip
/// and copy. Short values stay whole.
QString elidedAddress(const QString& address);

/// The whole value in groups of four, the 0x with the first group.
QString groupedAddress(const QString& address);

/// "2c5fa3d4…1f2a10" for ids in tables.
QString elidedId(const QString& id);

}  // namespace countersign
