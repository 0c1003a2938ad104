#pragma once

#include "core/policy/operators/Operator.h"
#include "ui/operators/KeyView.h"
#include "ui/widgets/FactGrid.h"

#include <QPushButton>

#include <optional>

namespace countersign {

/// The pane with everything about one registered operator.
class OperatorDetail : public QWidget
{
    Q_OBJECT

public:
    explicit OperatorDetail(QWidget* parent = nullptr);

    /// nullptr: none is selected.
    void show(const Operator* one);
    const std::optional<Operator>& shown() const { return m_shown; }
    KeyView* key() const { return m_key; }
    QPushButton* removeButton() const { return m_remove; }

private:
    std::optional<Operator> m_shown;
    QLabel* m_nothing = nullptr;
    QWidget* m_content = nullptr;
    QLabel* m_name = nullptr;
    KeyView* m_key = nullptr;
    FactGrid* m_facts = nullptr;
    QPushButton* m_remove = nullptr;
};

}  // namespace countersign
