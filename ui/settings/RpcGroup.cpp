#include "ui/settings/RpcGroup.h"

#include "core/settings/KnownSettings.h"
#include "core/vault/Settings.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>

#include <utility>

namespace countersign {

namespace {

QString rpcKeyOf(std::string_view key)
{
    return QString::fromLatin1(key.data(), qsizetype(key.size()));
}

QString prefix()
{
    return rpcKeyOf(settingKeys::rpcEvmPrefix);
}

}  // namespace

RpcGroup::RpcGroup(SettingsControl& control, QWidget* parent)
    : SettingsGroup(tr("Nodes"),
                    tr("Nonce, gas, fees and blockhashes are asked of these nodes, and transactions are sent "
                       "through them. A node learns which wallets you work with."),
                    control, parent)
{
    m_list = new QWidget(this);
    m_listRows = new QVBoxLayout(m_list);
    m_listRows->setContentsMargins(0, 0, 0, 0);
    m_listRows->setSpacing(10);
    m_solana = new SettingRow(rpcKeyOf(settingKeys::rpcSolana), tr("Solana"), {}, control, this);
    m_solana->setPlaceholder(tr("https://…"));
    m_confirmations = new SettingRow(rpcKeyOf(settingKeys::rpcConfirmations), tr("Confirmations"),
                                     settingSentence(settingKeys::rpcConfirmations), control, this);
    const std::string_view byDefault = settingDefault(settingKeys::rpcConfirmations);
    m_confirmations->setPlaceholder(QString::fromUtf8(byDefault.data(), qsizetype(byDefault.size())));
    m_confirmations->setWarner([](const QString& value) {
        bool number = false;
        const int blocks = value.toInt(&number);
        return number && blocks < 3 ? RpcGroup::tr(
                                          "This lowers safety: what is in so few blocks can still be "
                                          "undone by a reorganisation.")
                                    : QString();
    });
    addRow(m_list);
    addRow(buildAdding());
    addRow(m_solana);
    addRow(m_confirmations);
    for (const auto& [key, name] : {std::pair(settingKeys::explorerEvm, tr("EVM explorer")),
                                    std::pair(settingKeys::explorerSolana, tr("Solana explorer"))}) {
        auto* explorer = new SettingRow(rpcKeyOf(key), name, settingSentence(key), control, this);
        explorer->setPlaceholder(tr("https://…/{address}"));
        addRow(explorer);
        m_explorers << explorer;
    }
    allowNow();
}

QWidget* RpcGroup::buildAdding()
{
    auto* part = new QWidget(this);
    m_newChain = new QLineEdit(part);
    m_newChain->setPlaceholderText(tr("chain id"));
    m_newChain->setAccessibleName(tr("Chain id of another EVM node"));
    m_newChain->setFixedWidth(150);
    m_newChain->setMaxLength(78);
    m_newUrl = new QLineEdit(part);
    m_newUrl->setPlaceholderText(tr("https://…, the address of an EVM node"));
    m_newUrl->setAccessibleName(tr("Address of another EVM node"));
    m_newUrl->setMaxLength(2048);
    m_add = new QPushButton(tr("Add"), part);
    m_add->setAccessibleName(tr("Add the node"));
    auto* layout = new QHBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_newChain);
    layout->addWidget(m_newUrl, 1);
    layout->addWidget(m_add);
    connect(m_add, &QPushButton::clicked, this, &RpcGroup::add);
    connect(m_newUrl, &QLineEdit::returnPressed, this, &RpcGroup::add);
    for (QLineEdit* field : {m_newChain, m_newUrl}) {
        connect(field, &QLineEdit::textChanged, this, [this] { allowNow(); });
    }
    return part;
}

void RpcGroup::add()
{
    if (m_add->isEnabled()) {
        control().set(this, prefix() + m_newChain->text().trimmed(), m_newUrl->text().trimmed(),
                      answered([this] {
                          m_newChain->clear();
                          m_newUrl->clear();
                      }));
    }
}

void RpcGroup::addChain(const QString& chainId)
{
    auto* part = new QWidget(m_list);
    auto* row = new SettingRow(prefix() + chainId, tr("EVM chain %1").arg(chainId), {}, control(), part);
    auto* remove = new QPushButton(tr("Remove"), part);
    remove->setAccessibleName(tr("Remove the node of chain %1").arg(chainId));
    auto* layout = new QHBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(row, 1);
    layout->addWidget(remove, 0, Qt::AlignTop);
    m_listRows->addWidget(part);
    m_chains.insert(chainId, {part, row, remove});
    connect(remove, &QPushButton::clicked, this,
            [this, chainId] { control().set(this, prefix() + chainId, {}, answered()); });
}

QPushButton* RpcGroup::removeButton(const QString& chainId) const
{
    const auto chain = m_chains.constFind(chainId);
    return chain == m_chains.constEnd() ? nullptr : chain->remove;
}

void RpcGroup::show(const SettingsData& stored)
{
    QStringList wanted;
    for (const auto& [key, value] : stored.values) {
        const QString name = QString::fromStdString(key);
        if (name.startsWith(prefix())) {
            wanted << name.mid(prefix().size());
        }
    }
    m_chains.removeIf([&wanted](const decltype(m_chains)::iterator chain) {
        const bool isGone = !wanted.contains(chain.key());
        if (isGone) {
            chain->part->deleteLater();
        }
        return isGone;
    });
    for (const QString& chainId : wanted) {
        if (!m_chains.contains(chainId)) {
            addChain(chainId);
        }
        m_chains[chainId].row->showValue(stored.value(prefix() + chainId));
    }
    m_solana->showValue(stored.value(m_solana->key()));
    m_confirmations->showValue(stored.value(m_confirmations->key()));
    for (SettingRow* explorer : m_explorers) {
        explorer->showValue(stored.value(explorer->key()));
    }
    allowNow();
}

void RpcGroup::allow(bool ready)
{
    m_add->setEnabled(ready && !m_newChain->text().trimmed().isEmpty() &&
                      !m_newUrl->text().trimmed().isEmpty());
    for (const Chain& chain : std::as_const(m_chains)) {
        chain.row->allow(ready);
        chain.remove->setEnabled(ready);
    }
    m_solana->allow(ready);
    m_confirmations->allow(ready);
    for (SettingRow* explorer : m_explorers) {
        explorer->allow(ready);
    }
}

}  // namespace countersign
