//! `sys.monitoring`: events of the running program for tools (PEP 669). What happens behind it is in `frame/monitoring.rs`.

use macros::pymodule;

/// The namespace `sys.monitoring`.
#[pymodule(name = "sys.monitoring")]
pub mod monitoring {
    use crate::frame::monitoring::{self, USER_TOOLS, event};
    use crate::objects::code::Code;
    use crate::objects::dict::Dict;
    use crate::{Res, ThreadState, Value};

    const CALL_ENDS: u32 = event::bit(event::C_RETURN) | event::bit(event::C_RAISE);

    fn tool(th: &ThreadState, tool_id: i32) -> Res<usize> {
        match usize::try_from(tool_id) {
            Ok(tool) if tool < USER_TOOLS => Ok(tool),
            _ => Err(th.value_error(format_args!("invalid tool {tool_id} (must be between 0 and 5)"))),
        }
    }

    fn tool_in_use(th: &ThreadState, tool_id: i32) -> Res<usize> {
        let tool = tool(th, tool_id)?;
        if !th.interp().monitoring.names[tool].is_some() {
            return Err(th.value_error(format_args!("tool {tool} is not in use")));
        }
        Ok(tool)
    }

    #[pyfunction("(tool_id, name, /)")]
    fn use_tool_id(th: &ThreadState, tool_id: i32, name: &Value) -> Res<()> {
        let tool = tool(th, tool_id)?;
        if name.as_str().is_none() {
            return Err(th.value_error("tool name must be a str"));
        }
        let place = &th.interp().monitoring.names[tool];
        if place.is_some() {
            return Err(th.value_error(format_args!("tool {tool} is already in use")));
        }
        place.set(Some(name.clone()));
        Ok(())
    }

    #[pyfunction("(tool_id, /)")]
    fn clear_tool_id(th: &ThreadState, tool_id: i32) -> Res<()> {
        let tool = tool(th, tool_id)?;
        if th.interp().monitoring.names[tool].is_some() {
            monitoring::clear_tool(th, tool);
        }
        Ok(())
    }

    #[pyfunction("(tool_id, /)")]
    fn free_tool_id(th: &ThreadState, tool_id: i32) -> Res<()> {
        let tool = tool(th, tool_id)?;
        if th.interp().monitoring.names[tool].is_some() {
            monitoring::clear_tool(th, tool);
            th.interp().monitoring.names[tool].set(None);
        }
        Ok(())
    }

    #[pyfunction("(tool_id, /)")]
    fn get_tool(th: &ThreadState, tool_id: i32) -> Res {
        let tool = tool(th, tool_id)?;
        Ok(th.interp().monitoring.names[tool].get_or_none())
    }

    #[pyfunction("(tool_id, event, func, /)")]
    fn register_callback(th: &ThreadState, tool_id: i32, event: i32, func: &Value) -> Res {
        let tool = tool(th, tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            return Err(th.value_error("The callback can only be set for one event at a time"));
        }
        let number = event.trailing_zeros() as usize;
        if number >= event::COUNT {
            return Err(th.value_error(format_args!("invalid event {event}")));
        }
        th.audit("sys.monitoring.register_callback", std::slice::from_ref(func))?;
        let new = || if func.is_none() { None } else { Some(func.clone()) };
        let state = &th.interp().monitoring;
        if number == event::BRANCH {
            // One callback for both ways.
            drop(state.callback(tool, event::BRANCH_LEFT, new()));
            drop(state.callback(tool, event::BRANCH_RIGHT, new()));
        }
        Ok(state.callback(tool, number, new()).unwrap_or(Value::NONE))
    }

    /// A set of events as tools name them, checked, without those that follow from others.
    fn event_set(th: &ThreadState, events: i32, limit: usize, what: &str) -> Res<u32> {
        let wrong = |events: i32| Err(th.value_error(format_args!("invalid {what} 0x{events:x}")));
        let Ok(set) = u32::try_from(events) else { return wrong(events) };
        if set >> event::COUNT != 0 {
            return wrong(events);
        }
        let with_call = CALL_ENDS | event::bit(event::CALL);
        if set & CALL_ENDS != 0 && set & with_call != with_call {
            return Err(th.value_error("cannot set C_RETURN or C_RAISE events independently"));
        }
        let mut set = set & !CALL_ENDS;
        if set & event::bit(event::BRANCH) != 0 {
            set &= !event::bit(event::BRANCH);
            set |= event::bit(event::BRANCH_LEFT) | event::bit(event::BRANCH_RIGHT);
        }
        if set >> limit != 0 {
            return wrong(events);
        }
        Ok(set)
    }

    #[pyfunction("(tool_id, /)")]
    fn get_events(th: &ThreadState, tool_id: i32) -> Res<i64> {
        let tool = tool(th, tool_id)?;
        Ok(i64::from(th.interp().monitoring.global_events(tool)))
    }

    #[pyfunction("(tool_id, event_set, /)")]
    fn set_events(th: &ThreadState, tool_id: i32, event_set: i32) -> Res<()> {
        let tool = tool(th, tool_id)?;
        let set = self::event_set(th, event_set, event::C_RETURN, "event set")?;
        let tool = tool_in_use(th, tool as i32)?;
        monitoring::set_events(th, tool, set);
        Ok(())
    }

    fn code<'a>(th: &ThreadState, code: &'a Value) -> Res<&'a Code> {
        match code.downcast_exact::<Code>() {
            Some(code) => Ok(code),
            None => Err(th.type_error("code must be a code object")),
        }
    }

    #[pyfunction("(tool_id, code, /)")]
    fn get_local_events(th: &ThreadState, tool_id: i32, code: &Value) -> Res<i64> {
        let code = self::code(th, code)?;
        let tool = tool(th, tool_id)?;
        Ok(i64::from(code.local_events(tool)))
    }

    #[pyfunction("(tool_id, code, event_set, /)")]
    fn set_local_events(th: &ThreadState, tool_id: i32, code: &Value, event_set: i32) -> Res<()> {
        let code = self::code(th, code)?;
        let tool = tool_in_use(th, tool_id)?;
        let set = self::event_set(th, event_set, event::LOCAL, "local event set")?;
        monitoring::set_local_events(th, code, tool, set);
        Ok(())
    }

    #[pyfunction("()")]
    fn restart_events(th: &ThreadState) {
        monitoring::restart_events(th);
    }

    #[pyfunction("()")]
    fn _all_events(th: &ThreadState) -> Res {
        let dict = Dict::new();
        for number in 0..event::C_RETURN {
            let state = &th.interp().monitoring;
            let tools: u32 =
                (0..8).filter(|&tool| state.global_events(tool) & event::bit(number) != 0).map(|tool| 1 << tool).sum();
            if tools != 0 {
                dict.set(th, &th.intern(event::NAMES[number]), th.int(i64::from(tools)))?;
            }
        }
        Ok(th.dict(dict))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let state = &th.interp().monitoring;
        let object = th.call(crate::objects::object::OBJECT_TYPE.value_ref(), &[])?;
        state.disable.set(Some(object.clone()));
        th.setattr_str(module, "DISABLE", &object)?;
        let object = th.call(crate::objects::object::OBJECT_TYPE.value_ref(), &[])?;
        state.missing.set(Some(object.clone()));
        th.setattr_str(module, "MISSING", &object)?;
        for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            th.setattr_str(module, name, &Value::int32(id))?;
        }
        let events = th.call(crate::objects::namespace::NAMESPACE_TYPE.value_ref(), &[])?;
        for (number, name) in event::NAMES.iter().enumerate() {
            th.setattr_str(&events, name, &th.int(i64::from(event::bit(number))))?;
        }
        th.setattr_str(&events, "NO_EVENTS", &Value::int32(0))?;
        th.setattr_str(module, "events", &events)?;
        Ok(())
    }
}
