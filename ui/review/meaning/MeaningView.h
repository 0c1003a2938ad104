#pragma once

#include "ui/review/meaning/EffectsView.h"
#include "ui/review/meaning/FindingsView.h"
#include "ui/widgets/FactGrid.h"

class QLabel;

namespace countersign {

/// What a job means (design.md §10): what it does, what is to be known about it, and its fields with their
/// labels.
class MeaningView : public QWidget
{
    Q_OBJECT

public:
    explicit MeaningView(QWidget* parent = nullptr);
    void show(const meaning::Meaning& meaning);
    EffectsView* effects() const { return m_effects; }
    FindingsView* findings() const { return m_findings; }
    FactGrid* fields() const { return m_fields; }

private:
    void openPage(const QString& id);

    EffectsView* m_effects;
    FindingsView* m_findings;
    FactGrid* m_fields;
    QLabel* m_effectsTitle;
    QLabel* m_findingsTitle;
    QLabel* m_fieldsTitle;
};

}  // namespace countersign
