#pragma once

#include "core/health/HealthReader.h"
#include "ui/session/reading/ProfileReader.h"

#include <QDialog>
#include <QLabel>
#include <QTableWidget>

namespace countersign {

/// A dialog that tells which wallets still need which RSA key: to be looked at before a key is retired. Few
/// rows, for a profile has few keys.
class KeyUseDialog : public QDialog
{
    Q_OBJECT

public:
    KeyUseDialog(ProfileReader& reader, const HealthQuestion& question, QWidget* parent = nullptr);

    QTableWidget* table() const { return m_table; }
    bool isSettled() const { return !m_loading; }
    void showWallets();

Q_SIGNALS:
    /// The wallets that the chosen key opened, or that wait for it.
    void walletsWanted(const QString& kid);

private:
    void take(const Result<std::vector<KeyUse>>& uses);

    QLabel* m_sentence = nullptr;
    QTableWidget* m_table = nullptr;
    QPushButton* m_show = nullptr;
    bool m_loading = true;
};

}  // namespace countersign
