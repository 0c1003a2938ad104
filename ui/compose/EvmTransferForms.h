#pragma once

#include "ui/compose/ComposeForms.h"

namespace countersign {

/// The transfer of a chain's own coin. Which coin that is, the programs' lists say.
class NativeTransferForm : public ComposeForm
{
    Q_OBJECT

public:
    explicit NativeTransferForm(QWidget* parent = nullptr);
    DraftPayload draft(const std::string& walletAddress) const override;
    /// What the lists say of the chain; empty while no chain is named.
    QString note() const { return m_note->text(); }

private:
    void nameCoin();

    QLabel* m_note;
};

/// The transfer of an ERC-20 token. Where the programs' lists have the token its decimals are theirs and not
/// to be typed: an amount that is wrong by a power of ten is the costliest slip of all. Others are what the
/// operator says.
class TokenTransferForm : public ComposeForm
{
    Q_OBJECT

public:
    explicit TokenTransferForm(QWidget* parent = nullptr);
    DraftPayload draft(const std::string& walletAddress) const override;
    /// What the lists say of the token; empty while none is named.
    QString note() const { return m_note->text(); }

private:
    void nameToken();

    QLabel* m_note;
    QString m_typedDecimals;  ///< of a token that is not in the lists
    bool m_isListed = false;
};

}  // namespace countersign
