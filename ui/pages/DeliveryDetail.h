#pragma once

#include "core/delegation/WalletCatalog.h"
#include "core/inbox/DeliveryCatalog.h"
#include "ui/session/ProfileReader.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"

#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>

namespace countersign {

/// One delivery: verdict and reason, what it changed, ids and times, headers and body. Everything from
/// outside is shown as plain text with invisible characters made visible, and bounded; the profile keeps the
/// exact bytes.
class DeliveryDetail : public QWidget
{
    Q_OBJECT

public:
    explicit DeliveryDetail(ProfileReader& reader, QWidget* parent = nullptr);

    /// 0: nothing is selected.
    void setDelivery(std::int64_t id);
    void refresh();
    std::int64_t deliveryRow() const { return m_id; }
    bool isSettled() const { return !m_loading; }

    /// Bytes of a body that are shown as text, and as hex.
    static constexpr std::size_t shownText = 64 * 1024;
    static constexpr std::size_t shownHex = 8 * 1024;

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    void quarantineChosen();

private:
    struct Known
    {
        Delivery delivery;
        DeliveryContent content;
        std::optional<DelegationRecord> delegation;  ///< that came with it
    };
    void take(const Result<Known>& known);
    void showFacts(const Known& known);
    void showContent(const DeliveryContent& content);
    QPlainTextEdit* addTab(const QString& name);

    ProfileReader& m_reader;
    std::int64_t m_id = 0;
    std::uint64_t m_generation = 0;
    bool m_loading = false;
    QString m_walletId;
    QLabel* m_placeholder;
    QWidget* m_content;
    QLabel* m_title;
    ChipLabel* m_verdict;
    QLabel* m_meaning;
    QFrame* m_advice;
    QLabel* m_reason;
    QLabel* m_effect;
    QPushButton* m_toWallet;
    QPushButton* m_toQuarantine;
    FactGrid* m_facts;
    QLabel* m_note;
    QTabWidget* m_tabs;
    QPlainTextEdit* m_pretty;
    QPlainTextEdit* m_raw;
    QPlainTextEdit* m_hex;
    QPlainTextEdit* m_headers;
};

/// The body laid out for reading, or a sentence why it cannot be.
QString prettyBody(std::string_view body);
/// "name: value" per line from the stored array of pairs; the text itself when it is no such array.
QString headerLines(std::string_view headersJson);

}  // namespace countersign
