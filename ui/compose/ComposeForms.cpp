#include "ui/compose/ComposeForms.h"

#include "ui/compose/EvmTransferForms.h"
#include "ui/compose/SplForm.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

namespace countersign {

namespace {

class MessageForm : public ComposeForm
{
public:
    MessageForm(JobKind kind, QWidget* parent) : ComposeForm(kind, parent)
    {
        addArea(DraftField::Message, ComposeForm::tr("Message"), ComposeForm::tr("What is signed"));
        m_hex = new QCheckBox(ComposeForm::tr("These are bytes in hex, not text"), this);
        addNote(m_hex);
        connect(m_hex, &QCheckBox::toggled, this, &ComposeForm::edited);
    }
    DraftPayload draft(const std::string&) const override
    {
        return messageDraft(text(DraftField::Message), m_hex->isChecked());
    }

private:
    QCheckBox* m_hex;
};

class TypedDataForm : public ComposeForm
{
public:
    explicit TypedDataForm(QWidget* parent) : ComposeForm(JobKind::EvmTypedData, parent)
    {
        QPlainTextEdit* area =
            addArea(DraftField::TypedData, ComposeForm::tr("Typed data"),
                    ComposeForm::tr("{\"types\": …, \"primaryType\": …, \"domain\": …, \"message\": …}"));
        m_digest = plainLabel({}, this);
        m_digest->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_digest->setWordWrap(true);
        addNote(m_digest);
        connect(area, &QPlainTextEdit::textChanged, this, [this] {
            const QString json = text(DraftField::TypedData);
            const auto digest = typedDataDigest(json);
            m_digest->setText(json.trimmed().isEmpty() ? QString()
                              : digest                 ? ComposeForm::tr("Its digest: %1").arg(*digest)
                                                       : digest.error().sentence);
        });
    }
    DraftPayload draft(const std::string&) const override
    {
        return typedDataDraft(text(DraftField::TypedData));
    }

private:
    QLabel* m_digest;
};

class SolForm : public ComposeForm
{
public:
    explicit SolForm(QWidget* parent) : ComposeForm(JobKind::SolanaTransaction, parent)
    {
        addLine(DraftField::To, ComposeForm::tr("To"), ComposeForm::tr("an address in base58"));
        addLine(DraftField::Amount, ComposeForm::tr("Amount"), ComposeForm::tr("0.25, in SOL"));
    }
    DraftPayload draft(const std::string& walletAddress) const override
    {
        return solTransferDraft(walletAddress, line(DraftField::To), line(DraftField::Amount));
    }
};

class RawForm : public ComposeForm
{
public:
    RawForm(JobKind kind, QWidget* parent) : ComposeForm(kind, parent)
    {
        addArea(DraftField::Raw, ComposeForm::tr("Transaction"),
                kind == JobKind::EvmTransaction ? ComposeForm::tr("unsigned, in hex")
                                                : ComposeForm::tr("in base64, or in hex beginning with 0x"));
    }
    DraftPayload draft(const std::string&) const override
    {
        return kind() == JobKind::EvmTransaction ? rawEvmDraft(text(DraftField::Raw))
                                                 : rawSolanaDraft(text(DraftField::Raw));
    }
};

}  // namespace

ComposeForm::ComposeForm(JobKind kind, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(12);
    m_layout->setVerticalSpacing(6);
    m_layout->setColumnMinimumWidth(0, 110);
    m_layout->setColumnStretch(1, 1);
    m_layout->setRowStretch(100, 1);
}

void ComposeForm::setWallet(const std::string& /*address*/) {}

QLabel* ComposeForm::addRow(DraftField field, const QString& name, QWidget* editor)
{
    QLabel* label = plainLabel(name, this);
    label->setBuddy(editor);
    label->setMinimumHeight(30);
    editor->setAccessibleName(name);
    QLabel* error = plainLabel({}, this);
    error->setProperty("role", QStringLiteral("bad"));
    error->setWordWrap(true);
    error->hide();
    m_errors.insert(field, error);
    m_layout->addWidget(label, m_rows, 0, Qt::AlignTop);
    m_layout->addWidget(editor, m_rows, 1);
    m_layout->addWidget(error, m_rows + 1, 1);
    m_rows += 2;
    return label;
}

QLineEdit* ComposeForm::addLine(DraftField field, const QString& name, const QString& placeholder)
{
    auto* line = new QLineEdit(this);
    line->setPlaceholderText(placeholder);
    line->setMaxLength(200);
    m_lines.insert(field, line);
    addRow(field, name, line);
    connect(line, &QLineEdit::textChanged, this, &ComposeForm::edited);
    return line;
}

QPlainTextEdit* ComposeForm::addArea(DraftField field, const QString& name, const QString& placeholder)
{
    auto* area = new QPlainTextEdit(this);
    area->setPlaceholderText(placeholder);
    area->setTabChangesFocus(true);
    area->setMinimumHeight(90);
    area->setFont(Theme::monospace(0.95));
    m_areas.insert(field, area);
    addRow(field, name, area);
    m_layout->setRowStretch(m_rows - 2, 200);
    connect(area, &QPlainTextEdit::textChanged, this, &ComposeForm::edited);
    return area;
}

void ComposeForm::addNote(QWidget* note)
{
    m_layout->addWidget(note, m_rows++, 1);
}

void ComposeForm::addWide(QWidget* part)
{
    m_layout->addWidget(part, m_rows++, 0, 1, 2);
}

bool ComposeForm::showError(const std::optional<DraftError>& error)
{
    bool shown = false;
    for (auto entry = m_errors.begin(); entry != m_errors.end(); ++entry) {
        const bool here = error && entry.key() == error->field;
        entry.value()->setText(here ? error->sentence : QString());
        entry.value()->setVisible(here);
        shown = shown || here;
    }
    return shown;
}

QList<QPair<QString, ComposeForm*>> composeForms(const QString& chain, JobControl& control, QWidget* parent)
{
    using Forms = QList<QPair<QString, ComposeForm*>>;
    if (chain == QLatin1String("SVM")) {
        return Forms{{ComposeForm::tr("Message"), new MessageForm(JobKind::SolanaMessage, parent)},
                     {ComposeForm::tr("Transfer of SOL"), new SolForm(parent)},
                     {ComposeForm::tr("Transfer of a token (SPL)"), new SplForm(control, parent)},
                     {ComposeForm::tr("Raw transaction"), new RawForm(JobKind::SolanaTransaction, parent)}};
    }
    if (chain != QLatin1String("EVM")) {
        return {};
    }
    return Forms{{ComposeForm::tr("Message"), new MessageForm(JobKind::EvmMessage, parent)},
                 {ComposeForm::tr("Typed data"), new TypedDataForm(parent)},
                 {ComposeForm::tr("Transfer of the chain's own coin"), new NativeTransferForm(parent)},
                 {ComposeForm::tr("Transfer of a token (ERC-20)"), new TokenTransferForm(parent)},
                 {ComposeForm::tr("Raw transaction"), new RawForm(JobKind::EvmTransaction, parent)}};
}

}  // namespace countersign
