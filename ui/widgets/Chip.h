#pragma once

#include "ui/text/StateText.h"

#include <QWidget>

class QPainter;

namespace countersign {

/// The one way a state is drawn: icon and word in the tone's colours, round corners.
int chipWidth(const StateText& state, const QFont& font);
void paintChip(QPainter& painter, const QRect& area, const StateText& state, const QFont& font);

/// A chip as a widget: the same one in detail panes, readable by assistive technology.
class ChipLabel : public QWidget
{
    Q_OBJECT

public:
    explicit ChipLabel(QWidget* parent = nullptr);
    void setState(const StateText& state);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    StateText m_state;
};

inline constexpr int chipHeight = 22;

}  // namespace countersign
