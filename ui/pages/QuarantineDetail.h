#pragma once

#include "core/inbox/DeliveryCatalog.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// Why a delivery waits, what would mend it, and the one action: retry.
class QuarantineDetail : public QWidget
{
    Q_OBJECT

public:
    explicit QuarantineDetail(QWidget* parent = nullptr);

    void show(const QuarantineItem& item);
    void clear();
    /// Why retrying is not possible now; empty when it is.
    void setObstacle(const QString& sentence);
    QPushButton* retryButton() const { return m_retry; }

Q_SIGNALS:
    void retryWanted();
    void deliveryWanted();

private:
    QLabel* m_placeholder;
    QWidget* m_content;
    QLabel* m_title;
    ChipLabel* m_reason;
    QLabel* m_meaning;
    QFrame* m_advice;
    QLabel* m_remedy;
    QPushButton* m_retry;
    QPushButton* m_toDelivery;
    QLabel* m_obstacle;
    FactGrid* m_facts;
};

}  // namespace countersign
