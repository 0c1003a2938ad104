#pragma once

#include "core/meaning/Meaning.h"

#include <QWidget>

class QGridLayout;

namespace countersign {

/// What a job does, as a picture: a row an effect, what moves on the left, an arrow, and to whom or from whom
/// it goes on the right. Accounts stand whole, because they are compared by eye.
class EffectsView : public QWidget
{
    Q_OBJECT

public:
    explicit EffectsView(QWidget* parent = nullptr);
    void show(const std::vector<meaning::Effect>& effects);
    int count() const { return m_count; }

private:
    void addRow(const meaning::Effect& effect);

    QGridLayout* m_grid;
    int m_count = 0;
};

}  // namespace countersign
