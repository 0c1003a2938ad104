#pragma once

#include "ui/settings/SettingRow.h"
#include "ui/settings/SettingsGroup.h"

#include <QMap>

namespace countersign {

/// The settings of the nodes that values are asked of and transactions are sent through: one per EVM chain
/// id, one for Solana.
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
        QWidget* part = nullptr;
        SettingRow* row = nullptr;
        QPushButton* remove = nullptr;
    };
    QWidget* buildAdding();
    void addChain(const QString& chainId);
    void add();

    QWidget* m_list = nullptr;
    QVBoxLayout* m_listRows = nullptr;
    QMap<QString, Chain> m_chains;
    SettingRow* m_solana = nullptr;
    SettingRow* m_confirmations = nullptr;
    QList<SettingRow*> m_explorers;
    QLineEdit* m_newChain = nullptr;
    QLineEdit* m_newUrl = nullptr;
    QPushButton* m_add = nullptr;
};

}  // namespace countersign
