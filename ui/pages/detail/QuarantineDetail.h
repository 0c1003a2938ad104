#pragma once

#include "core/inbox/quarantine/QuarantineCatalog.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

#include <optional>

namespace countersign {

/// The detail pane of a delivery in quarantine: why it waits, what would mend it, and what can be done with
/// it: retry, or drop.
class QuarantineDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit QuarantineDetail(ProfileReader& reader, QWidget* parent = nullptr);

    /// Why nothing can be done now; empty when it can.
    void setObstacle(const QString& sentence);
    const std::optional<QuarantineItem>& item() const { return m_item; }
    QPushButton* retryButton() const { return m_retry; }
    QPushButton* dropButton() const { return m_drop; }

Q_SIGNALS:
    void retryWanted();
    void dropWanted();
    void deliveryWanted();

protected:
    void read() override;
    void forget() override { m_item.reset(); }

private:
    void build();
    QWidget* buildAdvice();
    static Result<QuarantineItem> known(Database& database, std::int64_t id);
    void take(QuarantineItem item);
    void showFacts();
    void updateActions();

    std::optional<QuarantineItem> m_item;
    QString m_session;  ///< what stands in the way of doing anything
    QLabel* m_title = nullptr;
    ChipLabel* m_reason = nullptr;
    QLabel* m_meaning = nullptr;
    QLabel* m_remedy = nullptr;
    QPushButton* m_retry = nullptr;
    QPushButton* m_toDelivery = nullptr;
    QLabel* m_obstacle = nullptr;
    FactGrid* m_facts = nullptr;
    QPushButton* m_drop = nullptr;
};

}  // namespace countersign
