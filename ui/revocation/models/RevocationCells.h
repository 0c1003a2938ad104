#pragma once

#include "core/revocation/Revocation.h"

#include <QVariant>

namespace countersign {

/// What tables of revocations show of the wallet itself: its identicon and address, whole where there is
/// room.
QVariant walletCell(const RevocationItem& item, int role);

}  // namespace countersign
