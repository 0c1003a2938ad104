#pragma once

#include "core/delegation/WalletCatalog.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The wallets page's filter field as a WalletFilter: status:, chain:, health:, key:, unseen: (days),
/// is:problem and free text.
struct WalletQuery
{
    WalletFilter filter;
    QString complaint;  ///< a sentence when a token cannot be understood; such a query shows nothing

    /// now: what unseen: counts back from.
    static WalletQuery parse(const QString& input, UnixMillis now);
    static const QStringList& tokenNames();
};

}  // namespace countersign
