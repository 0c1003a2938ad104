#include "ui/compose/EvmTransferForms.h"

#include "core/crypto/keys/Address.h"
#include "core/meaning/KnownLists.h"
#include "ui/widgets/Labels.h"

namespace countersign {

namespace {

const meaning::KnownChain* listedChain(const QString& chainId)
{
    const auto id = parseQuantity(chainId.trimmed().toStdString());
    return id ? meaning::KnownLists::builtin().evmChain(*id) : nullptr;
}

const meaning::KnownToken* listedToken(const QString& chainId, QString contract)
{
    const auto id = parseQuantity(chainId.trimmed().toStdString());
    contract.removeIf([](QChar c) { return c.isSpace(); });
    // A mistyped address is the draft's to tell; what it would be without the slip is not guessed.
    if (!id || !parseEvmAddress(contract.toStdString(), *id)) {
        return nullptr;
    }
    return meaning::KnownLists::builtin().token(meaning::caip2OfEvm(*id), contract.toStdString());
}

QLabel* quietNote(QWidget* parent)
{
    QLabel* note = plainLabel({}, parent);
    note->setWordWrap(true);
    note->setProperty("role", QStringLiteral("muted"));
    return note;
}

}  // namespace

NativeTransferForm::NativeTransferForm(QWidget* parent)
    : ComposeForm(JobKind::EvmTransaction, parent), m_note(quietNote(this))
{
    QLineEdit* chain = addLine(DraftField::ChainId, ComposeForm::tr("Chain id"), ComposeForm::tr("1"));
    addLine(DraftField::To, ComposeForm::tr("To"), ComposeForm::tr("0x…"));
    addLine(DraftField::Amount, ComposeForm::tr("Amount"),
            ComposeForm::tr("0.25, in whole units of the chain's own coin"));
    addNote(m_note);
    connect(chain, &QLineEdit::textChanged, this, &NativeTransferForm::nameCoin);
}

DraftPayload NativeTransferForm::draft(const std::string& /*walletAddress*/) const
{
    return nativeTransferDraft(line(DraftField::ChainId), line(DraftField::To), line(DraftField::Amount));
}

void NativeTransferForm::nameCoin()
{
    const auto* chain = listedChain(line(DraftField::ChainId));
    if (chain != nullptr) {
        m_note->setText(ComposeForm::tr("The amount is in %1, the coin of %2.")
                            .arg(QString::fromStdString(chain->symbol), QString::fromStdString(chain->name)));
    } else {
        m_note->setText(
            line(DraftField::ChainId).trimmed().isEmpty()
                ? QString()
                : ComposeForm::tr("This chain is not in Countersign's lists; its coin is taken to have 18 "
                                  "decimals."));
    }
}

TokenTransferForm::TokenTransferForm(QWidget* parent)
    : ComposeForm(JobKind::EvmTransaction, parent), m_note(quietNote(this))
{
    QLineEdit* chain = addLine(DraftField::ChainId, ComposeForm::tr("Chain id"), ComposeForm::tr("1"));
    QLineEdit* token = addLine(DraftField::Token, ComposeForm::tr("Token contract"), ComposeForm::tr("0x…"));
    addLine(DraftField::Decimals, ComposeForm::tr("Its decimals"),
            ComposeForm::tr("as its contract says, for instance 6"));
    addLine(DraftField::To, ComposeForm::tr("To"), ComposeForm::tr("0x…"));
    addLine(DraftField::Amount, ComposeForm::tr("Amount"), ComposeForm::tr("12.5, in whole tokens"));
    addNote(m_note);
    connect(chain, &QLineEdit::textChanged, this, &TokenTransferForm::nameToken);
    connect(token, &QLineEdit::textChanged, this, &TokenTransferForm::nameToken);
}

DraftPayload TokenTransferForm::draft(const std::string& /*walletAddress*/) const
{
    return tokenTransferDraft(line(DraftField::ChainId), line(DraftField::Token), line(DraftField::Decimals),
                              line(DraftField::To), line(DraftField::Amount));
}

void TokenTransferForm::nameToken()
{
    QLineEdit* decimals = field(DraftField::Decimals);
    const auto* token = listedToken(line(DraftField::ChainId), line(DraftField::Token));
    if (token != nullptr && !m_isListed) {
        m_typedDecimals = decimals->text();
    }
    if (token != nullptr) {
        decimals->setText(QString::number(token->decimals));
        m_note->setText(
            ComposeForm::tr("%1 (%2), by Countersign's list: the amount is in %1, with %3 decimals.")
                .arg(QString::fromStdString(token->symbol), QString::fromStdString(token->name))
                .arg(token->decimals));
    } else {
        if (m_isListed) {
            decimals->setText(m_typedDecimals);
        }
        m_note->setText(
            line(DraftField::Token).trimmed().isEmpty()
                ? QString()
                : ComposeForm::tr("This token is not in Countersign's list. Its decimals are what you say: "
                                  "look them up at its contract."));
    }
    m_isListed = token != nullptr;
    decimals->setReadOnly(m_isListed);
}

}  // namespace countersign
