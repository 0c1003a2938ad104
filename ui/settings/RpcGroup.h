#pragma once

#include "ui/settings/SettingRow.h"
#include "ui/settings/SettingsGroup.h"

#include <QMap>

namespace countersign {

/// The nodes that values are asked of and transactions are sent through: one per EVM chain id, one for
/// Solana.
class RpcGroup : public SettingsGroup
{
    Q_OBJECT

public:
    RpcGroup(SettingsControl& control, QWidget* parent);
    void show(const SettingsData& stored) override;
    QLineEdit* newChain() const { return m_newChain; }
    QLineEdit* newUrl() const { return m_newUrl; }
    QPushButton* addButton() const { return m_add; }
    QStringList chains() const { return m_chains.keys(); }
    QPushButton* removeButton(const QString& chainId) const;

protected:
    void allow(bool ready) override;

private:
    struct Chain
    {
        QWidget* part;
        SettingRow* row;
        QPushButton* remove;
    };
    QWidget* buildAdding();
    void addChain(const QString& chainId);
    void add();

    QWidget* m_list;
    QVBoxLayout* m_listRows;
    QMap<QString, Chain> m_chains;
    SettingRow* m_solana;
    SettingRow* m_confirmations;
    QLineEdit* m_newChain;
    QLineEdit* m_newUrl;
    QPushButton* m_add;
};

}  // namespace countersign
