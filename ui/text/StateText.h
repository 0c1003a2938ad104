#pragma once

#include "core/delegation/Wallet.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "ui/theme/ThemeColors.h"

#include <QString>

namespace countersign {

/// How a state is said everywhere in the window: one word, one icon, one tone; meaning and remedy for
/// details.
struct StateText
{
    QString word;
    QString icon;  ///< name for iconPixmap
    Tone tone = Tone::Neutral;
    QString meaning;  ///< one sentence
    QString remedy;   ///< what the operator can do; empty when nothing is wrong
};

StateText stateText(WalletStatus status);
StateText stateText(WalletHealth health);
StateText stateText(Verdict verdict);
/// By quarantine.reason_code; unknown codes get a general text.
StateText quarantineText(const QString& reasonCode);
/// By delegation.state.
StateText delegationText(const QString& state);
/// What a delivery is called: its event's name; what an entry of another kind brings; else why there is none.
QString entryTitle(std::string_view kind, const std::optional<std::string>& eventName);
/// "EVM" → "EVM", "SVM" → "Solana", others as they are.
QString chainName(const QString& chain);

}  // namespace countersign
