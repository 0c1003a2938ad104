#include "ui/addresses/AddressForm.h"

#include "core/base/text/PlainName.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"

#include <QFormLayout>
#include <QRegularExpression>

#include <algorithm>

namespace countersign {

namespace {

constexpr int longestAddress = 256;  // a pasted one with blanks between its groups
constexpr int longestLabels = 640;

QString typedLabels(const std::vector<std::string>& labels)
{
    QStringList words;
    for (const std::string& label : labels) {
        words << QString::fromStdString(label);
    }
    return words.join(u' ');
}

/// Blanks, commas and semicolons are no part of a label.
std::vector<std::string> labelsTyped(const QString& text)
{
    static const QRegularExpression dividers(QStringLiteral("[\\s,;]+"));
    std::vector<std::string> labels;
    for (const QString& word : text.split(dividers, Qt::SkipEmptyParts)) {
        labels.push_back(word.toStdString());
    }
    return labels;
}

QString decisionOf(const AddressEntry& entry)
{
    return entry.isInList(blockList)   ? QStringLiteral("block")
           : entry.isInList(allowList) ? QStringLiteral("allow")
                                       : QString();
}

}  // namespace

AddressForm::AddressForm(QWidget* parent) : QWidget(parent)
{
    m_chain = new QComboBox(this);
    m_chain->setEditable(true);
    m_chain->setAccessibleName(tr("Chain"));
    m_chain->addItems(
        {tr("%1 – every EVM chain").arg(QLatin1String("eip155")),
         tr("%1 – Ethereum").arg(QLatin1String("eip155:1")),
         tr("%1 – every Solana network").arg(QLatin1String("solana")),
         tr("%1 – Solana's main network").arg(QLatin1String("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"))});
    m_chain->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_chain->setToolTip(tr("A chain's CAIP-2 name, or eip155 or solana for every chain of that kind"));
    m_address = addField(tr("Address"), tr("0x… or Base58"), longestAddress);
    m_address->setFont(Theme::monospace());
    m_name = addField(tr("Name"), tr("whose address it is"), static_cast<int>(maxNameCharacters));
    m_tags = addField(tr("Tags"), tr("supplier vip"), longestLabels);
    m_decision = new QComboBox(this);
    m_decision->setAccessibleName(tr("List allow or block"));
    m_decision->addItem(tr("In neither of allow and block"), QString());
    m_decision->addItem(themeIcon(QStringLiteral("check")), tr("allow – known to be right"),
                        QStringLiteral("allow"));
    m_decision->addItem(themeIcon(QStringLiteral("refused")), tr("block – nothing should go there"),
                        QStringLiteral("block"));
    m_lists = addField(tr("Other lists"), tr("names with a space between"), longestLabels);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(8);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->addRow(tr("&Chain"), m_chain);
    form->addRow(tr("&Address"), m_address);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Tags"), m_tags);
    form->addRow(tr("&List"), m_decision);
    form->addRow(tr("&Other lists"), m_lists);
    connect(m_chain, &QComboBox::currentTextChanged, this, &AddressForm::edited);
    connect(m_decision, &QComboBox::currentIndexChanged, this, &AddressForm::edited);
}

QLineEdit* AddressForm::addField(const QString& accessibleName, const QString& placeholder, int maxLength)
{
    auto* field = new QLineEdit(this);
    field->setAccessibleName(accessibleName);
    field->setPlaceholderText(placeholder);
    field->setMaxLength(maxLength);
    connect(field, &QLineEdit::textChanged, this, &AddressForm::edited);
    return field;
}

void AddressForm::setEntry(const AddressEntry& entry)
{
    const QString chain = QString::fromStdString(entry.chain);
    const int known = m_chain->findText(chain + u' ', Qt::MatchStartsWith);
    m_chain->setCurrentIndex(std::max(known, 0));
    if (known < 0) {
        m_chain->setEditText(chain);
    }
    m_address->setText(QString::fromStdString(entry.address));
    m_address->setCursorPosition(0);
    m_name->setText(QString::fromStdString(entry.name));
    m_tags->setText(typedLabels(entry.tags));
    m_decision->setCurrentIndex(m_decision->findData(decisionOf(entry)));
    std::vector<std::string> others = entry.lists;
    std::erase_if(others, [](const std::string& list) { return list == allowList || list == blockList; });
    m_lists->setText(typedLabels(others));
}

void AddressForm::fixKey()
{
    m_chain->setEnabled(false);
    m_address->setReadOnly(true);
    m_name->setFocus();
}

AddressEntry AddressForm::entry() const
{
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    AddressEntry entry{.chain = m_chain->currentText().trimmed().section(u' ', 0, 0).toStdString(),
                       .address = QString(m_address->text()).remove(blanks).toStdString(),
                       .name = m_name->text().trimmed().toStdString(),
                       .tags = labelsTyped(m_tags->text()),
                       .lists = labelsTyped(m_lists->text()),
                       .changedAt = 0};
    if (const QString decision = m_decision->currentData().toString(); !decision.isEmpty()) {
        entry.lists.push_back(decision.toStdString());
    }
    return entry;
}

bool AddressForm::isIncomplete() const
{
    return m_address->text().trimmed().isEmpty() || m_name->text().trimmed().isEmpty();
}

}  // namespace countersign
